"""Claude, through the vendor's SDK. The only folder that knows the SDK."""
