"""One section of a page per file: each takes a result and returns a `Section`; `hardy.reports` says how to add one."""
