-- Keeps the record of a session for longer. KEYS: record. ARGV: owner, ms. 0: another's by now, -1: not there.
local owner = redis.call('HGET', KEYS[1], 'owner')
if not owner then return -1 end
if owner ~= ARGV[1] then return 0 end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
