-- Makes a node the owner of a session in the next generation, if the record still is as it was seen.
-- KEYS: record. ARGV: owner and generation as seen, the claimer, ms.
local known = redis.call('HMGET', KEYS[1], 'owner', 'generation', 'facts')
if known[1] ~= ARGV[1] or known[2] ~= ARGV[2] then return false end
redis.call('HSET', KEYS[1], 'owner', ARGV[3], 'generation', tonumber(ARGV[2]) + 1)
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return known[3] or ''
