"""Makes the synthetic inbox and its truth. Independent of recordkit on purpose: it never imports it."""
