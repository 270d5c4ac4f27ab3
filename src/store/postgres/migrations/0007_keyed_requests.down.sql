DROP TABLE adfill.keyed_requests;
