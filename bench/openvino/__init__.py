"""OpenVINO as an option: the same int8 network by its provider and by the one that the service uses."""
