DROP TABLE platform_calls;
