"""Asking a model for segments, and acting on its answer, its refusal or a fault."""
