DROP TABLE scope_outlooks;
