"""Claude at half the price: questions travel together, as message batches."""
