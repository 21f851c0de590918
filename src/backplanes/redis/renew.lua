-- Takes or renews the lease of a node, and leaves a mark by which it sees whether anything was lost.
-- KEYS: lease, mark. ARGV: token, ms of the lease, ms of the mark, the new mark.
-- Gives the mark as it was, which run of Redis this is, what its clock says, and whether the lease was still held.
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] and holder ~= 'left' then return redis.error_reply('LEASE held by another') end
local mark = redis.call('GET', KEYS[2])
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
redis.call('SET', KEYS[2], ARGV[4], 'PX', ARGV[3])
local run = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
local time = redis.call('TIME')
return { mark or '', run, time[1] * 1000 + math.floor(time[2] / 1000), holder == ARGV[1] and 1 or 0 }
