/** A module that ends its environment while it is loaded. */
process.exit(4);
