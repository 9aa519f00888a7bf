"""The lessons: prose, manifests and exercises, one folder each."""
