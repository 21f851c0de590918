-- Writes the record of a session, unless it is of a later generation or another owner's.
-- KEYS: record. ARGV: owner, generation, facts, ms.
local kind = redis.call('TYPE', KEYS[1]).ok
if kind ~= 'hash' and kind ~= 'none' then redis.call('UNLINK', KEYS[1]) end
local known = redis.call('HMGET', KEYS[1], 'owner', 'generation')
local generation, mine = tonumber(known[2]), tonumber(ARGV[2])
if generation and generation >= mine and known[1] ~= ARGV[1] then return 0 end
-- Its owner claimed it anew, and had not heard so when this was written.
if generation and generation > mine then mine = generation end
redis.call('HSET', KEYS[1], 'owner', ARGV[1], 'generation', mine, 'facts', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1
