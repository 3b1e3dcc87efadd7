"""Reading tagged corpora, chunk by chunk: JSON lines, CSV and Parquet, here or at any place fsspec reaches.

Each format takes whole chunks through Arrow. A chunk that Arrow cannot take whole, or not without doubt, is read
again record by record, so that every bad row is reported with its line while good files stay fast.
"""

from skillbench.taxonomy.reading.read import ENGINES, Engine, read_corpus
from skillbench.taxonomy.reading.rows import TagFormat

__all__ = ["ENGINES", "Engine", "TagFormat", "read_corpus"]
