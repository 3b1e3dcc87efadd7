"""The ground floor: errors, random streams, assets, the schema of a task set. Imports nothing of ours."""
