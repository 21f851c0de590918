-- Writes the record of a session that its owner lets go of: nobody owns it then. KEYS: record. ARGV: owner, generation, facts, ms.
local known = redis.call('HMGET', KEYS[1], 'owner', 'generation')
if known[2] and (known[1] ~= ARGV[1] or known[2] ~= ARGV[2]) then return 1 end
redis.call('HSET', KEYS[1], 'owner', '', 'generation', ARGV[2], 'facts', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1
