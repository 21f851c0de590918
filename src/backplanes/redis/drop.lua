-- Drops a stream, if this generation still writes it. KEYS: what is known of it, its events. ARGV: generation.
if tonumber(redis.call('HGET', KEYS[1], 'generation')) == tonumber(ARGV[1]) then
  redis.call('UNLINK', KEYS[1], KEYS[2])
end
return 1
