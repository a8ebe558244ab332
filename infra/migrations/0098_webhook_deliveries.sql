-- Taken deliveries are kept by the time at which they were taken, and looked for at each round of the sender.
CREATE INDEX ON webhook_delivery (settled_at) WHERE state = 'DELIVERED';

-- A try that got no answer is told of in fixed words and codes. What was kept before could quote an address, which is for the file of endpoints alone.
UPDATE webhook_delivery SET last_error = 'the connection failed'
WHERE last_error NOT IN ('no answer in time', 'the address lies in a private network');
