"""Packs runs for publication and holds them against their logs: logs come in, a pack and its tier go out."""
