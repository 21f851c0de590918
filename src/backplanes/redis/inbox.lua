-- Keeps the inbox of a node for longer, takes out what was read, makes it where it is missing.
-- KEYS: inbox. ARGV: ms, the first entry that was not read yet.
-- Gives which run of Redis this is and, where the inbox was missing, the id of its first entry.
local run = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
local born = ''
local kind = redis.call('TYPE', KEYS[1]).ok
if kind ~= 'stream' and kind ~= 'none' then redis.call('UNLINK', KEYS[1]) end
if redis.call('EXISTS', KEYS[1]) == 0 then
  born = redis.call('XADD', KEYS[1], '*', 'born', '1')
elseif ARGV[2] ~= '' then
  redis.call('XTRIM', KEYS[1], 'MINID', ARGV[2])
end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return { run, born }
