"""Products for named analysts and officers: people and networks with evidence and grades, and the follow-up of victims.

`everything.find` reads one edition; `products` and `victims` make the files; `folder` writes them, restricted.
"""

from recordkit.intelligence import alerts, everything, folder, products, statements, victims
from recordkit.intelligence.declaration import Intelligence, load
from recordkit.intelligence.products import Product

__all__ = ["Intelligence", "Product", "alerts", "everything", "folder", "load", "products", "statements", "victims"]
