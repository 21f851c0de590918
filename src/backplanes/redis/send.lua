-- Puts a letter into the inbox of a node: 0 where there is none, -1 where it is full.
-- KEYS: inbox. ARGV: how many it takes, the letter.
local kept = redis.call('XLEN', KEYS[1])
if kept == 0 and redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
if kept >= tonumber(ARGV[1]) then return -1 end
redis.call('XADD', KEYS[1], '*', 'm', ARGV[2])
return 1
