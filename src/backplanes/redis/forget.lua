-- Forgets the record of a session, if it is still that of its owner. KEYS: record. ARGV: owner, generation.
local known = redis.call('HMGET', KEYS[1], 'owner', 'generation')
if known[1] == ARGV[1] and known[2] == ARGV[2] then redis.call('UNLINK', KEYS[1]) end
return 1
