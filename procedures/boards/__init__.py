"""What waits to be done and for whom: boards of units and of the controller, versions side by side, digests by mail."""
