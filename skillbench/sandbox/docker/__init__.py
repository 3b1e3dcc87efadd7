"""The Docker sandbox: our compose file, our image, and whether this machine can run them."""

from skillbench.sandbox.docker.engine import COMPOSE, IMAGE, DockerFacts, ready_docker

__all__ = ["COMPOSE", "IMAGE", "DockerFacts", "ready_docker"]
