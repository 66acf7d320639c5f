"""The engine of larger installations: a cluster of Elasticsearch servers. See `engine.ElasticsearchEngine`."""
