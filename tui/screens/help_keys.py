"""What every key does, by what one is doing, and which of it each screen has."""

from __future__ import annotations

EVERYWHERE = "Everywhere"

KEYS: dict[str, list[tuple[str, str]]] = {
    "Lessons": [
        ("↑ ↓ k j", "another lesson"),
        ("enter 1 … 9", "open the lesson; the one of this number"),
        ("/", "find a lesson by its words; esc shows all"),
        ("v", "the review, when something is due"),
        ("l", "earlier runs: overlay, compare, run again"),
        ("w", "the scratch page: any code of your own"),
        ("m", "the museum of errors"),
    ],
    "Run": [
        ("r", "run with these knobs, again from the start"),
        ("1 … 6", "a preset, an answer or an exercise; what runs, runs at once"),
        ("space", "pause, go on"),
        ("s", "one step, then pause"),
        ("← → < >", "back through the steps that were shown, forward again"),
        ("x", "stop and keep the picture"),
        ("ctrl+r", "run or stop"),
        ("c", "the code that runs"),
        ("w", "a copy of it in the editor"),
        ("e", "the next exercise of this page"),
        ("f", "the bench: all presets of a page that has more than it shows"),
        ("l", "earlier runs: overlay, compare, run again"),
    ],
    "Pages": [
        ("n ] ctrl+n", "next page"),
        ("p [ ctrl+o", "previous page"),
        ("v ctrl+t", "on a narrow screen: read or watch"),
        ("esc backspace", "out of a knob or picture; then back to the lessons"),
    ],
    "Knobs": [
        ("tab shift+tab", "next, previous knob or picture"),
        ("← →", "less, more"),
        ("enter", "type a value"),
        ("d", "all back to the page's defaults"),
        ("↻", "marks a knob that a run obeys at once"),
        ("mouse", "on the scale: the value there; on the value: type one"),
    ],
    "Picture (with focus)": [
        ("arrows", "read values; scroll what is larger; with shift ten at a time"),
        ("+ − 0", "zoom to the last part, out, all"),
        (". ,", "of a tensor: the next slice, the one before"),
        ("v", "of a tensor: values or colours"),
        (
            "0.031",
            "beside a name: the last value; after mean, where values go up and down, that of the "
            "newest fiftieth. Between the dim edges lie three of five, dots are the extremes",
        ),
        ("b", "in a lesson: the run before as dots behind, or not"),
    ],
    "Scratch page": [
        ("ctrl+r", "run the code as it is; again: stop. Outside the text r and x"),
        ("space s", "pause, one step"),
        ("esc, then i", "out of the text, into it; outside, letters are keys"),
        ("ctrl+s", "write the file; nothing else does"),
        ("e F9", "your own editor; what you save there runs here"),
        ("g ctrl+g", "the lesson page about an error"),
        (". ,", "another picture"),
        ("ctrl+t", "on a narrow screen: code or run"),
        ("F5", "under the microscope, line by line; m outside the text"),
        (
            "watch(…)",
            "in the code shows more. It takes numbers, tensors and arrays by name: "
            "watch(accuracy=hits / n, w=layer.weight) draws a curve of the number and the tensor "
            "as a picture",
        ),
    ],
    "Microscope": [
        ("s", "run the next line"),
        ("o b", "on to the next pass of the loop, to the next backward"),
        ("space", "run on, or hold"),
        ("← →", "back and forward through what was seen"),
        ("↑ ↓", "more of what is to be seen at a stop"),
        ("c", "what each name was computed from"),
        ("w", "what if: change something there in a line of Python, and run on"),
        ("x r", "end the run, begin anew"),
        ("m esc", "leave; the run ends"),
    ],
    "Bench": [
        ("↑ ↓ k j ctrl+n ctrl+o", "another one of the list"),
        ("enter r", "run it"),
        ("ctrl+r", "run or stop"),
        ("space s", "pause, one step"),
        ("← → < >", "back through the steps that were shown, forward again"),
        ("x", "stop and keep the picture"),
        ("c", "the code that runs"),
        ("w", "a copy of it in the editor"),
        ("b", "a blind round"),
        ("esc backspace", "out of a knob or picture; then back"),
    ],
    "Museum": [
        ("type", "to filter the errors"),
        ("↑ ↓ ctrl+n ctrl+o", "another error"),
        ("enter", "run it, and go to its code"),
        ("ctrl+r", "run the code as it is; again: stop"),
        ("F4 F7", "a repair, the code as it was"),
        ("ctrl+g", "the lesson page about it"),
        ("esc", "out of the code, then back"),
    ],
    "Exercise": [
        ("ctrl+r", "check, or stop; outside the text r too"),
        ("F4", "one more hint; h outside the text"),
        ("F9", "your own editor; every save is checked; e outside the text"),
        ("enter i", "to the text; esc leaves it"),
        ("/", "find, outside the text"),
        ("s", "the solution: after passing, or asked twice"),
        ("F5", "under the microscope, as the checks call it; m outside the text"),
        ("d", "start over, or take that back"),
        ("ctrl+s", "save; so does every pause in typing"),
        ("g ctrl+g", "the page that explains the error"),
        ("ctrl+n ctrl+o", "next, previous exercise; outside the text n ] and p ["),
        ("ctrl+t v", "on a narrow screen: task, code, checks"),
    ],
    "Text": [
        ("tab shift+tab", "indent, dedent the selected lines"),
        ("F8 ctrl+/", "comment out, comment in"),
        ("F3 ctrl+f", "find; enter next, ↑ previous"),
        ("ctrl+z ctrl+y", "undo, redo"),
        ("F7 ctrl+a ctrl+e", "select all; start, end of the line"),
        ("ctrl+c ctrl+x ctrl+v", "copy, cut, paste what was copied here"),
    ],
    "Review": [
        ("1 … 6", "an answer; the run judges it"),
        ("n ] ctrl+n enter", "the next question"),
        ("o", "open its page"),
        ("esc backspace", "back to the lessons"),
    ],
    "Earlier runs": [
        ("↑ ↓ k j", "another run"),
        ("space", "overlay it, up to four"),
        ("r enter", "run it again"),
        (". ,", "another picture"),
        ("e", "export"),
        ("d delete", "delete"),
        ("l esc backspace", "back"),
    ],
    "Code": [
        ("m", "the function alone, or the whole file"),
        ("w e", "a copy in the editor"),
        ("↑ ↓ k j", "scroll"),
        ("esc c q", "back"),
    ],
    EVERYWHERE: [
        (": F2", "find any page, exercise, error or command by its words"),
        (
            "g",
            "the glossary: every term in a sentence, and the page of each",
        ),
        ("t", "dark, light, high contrast"),
        ("F6", "what pictures are drawn with here: braille, blocks, ASCII"),
        ("mouse", "a click on the row of keys presses them"),
        ("ctrl+l", "paint everything again"),
        ("ctrl+z", "to the shell; fg comes back"),
        ("? F1", "this page"),
        ("q ctrl+q", "quit; while typing ctrl+q"),
    ],
}

SCREENS: dict[str, tuple[str, ...]] = {
    "HomeScreen": ("Lessons",),
    "LessonScreen": ("Run", "Pages", "Knobs", "Picture (with focus)"),
    "ScratchScreen": ("Scratch page", "Text", "Picture (with focus)"),
    "ScopeScreen": ("Microscope",),
    "BenchScreen": ("Bench", "Knobs", "Picture (with focus)"),
    "MuseumScreen": ("Museum", "Text"),
    "ExerciseScreen": ("Exercise", "Text"),
    "ReviewScreen": ("Review", "Picture (with focus)"),
    "RunsScreen": ("Earlier runs", "Picture (with focus)"),
    "CodeScreen": ("Code",),
}
"""By the name of the screen's class: to import it here would bring the plot layer."""

ALL = tuple(name for name in KEYS if name != EVERYWHERE)
