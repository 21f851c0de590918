/** What stands below the help. */
export const EXAMPLES = `
Examples:
  sluice -- npx -y @modelcontextprotocol/server-everything   serve one command, no file
  sluice serve                                                serve the servers of sluice.json
  sluice stdio https://example.com/mcp                        serve one to a client that only speaks stdio
  sluice list files                                           the tools of a server of sluice.json
  sluice call files read path=README.md                       call one of them
  sluice call http://127.0.0.1:8808/mcp echo message=hello    call one behind a URL
  sluice keys add ci --read-only --expires 90d                make a key that callers must show
  sluice console                                              an address that opens the console of what runs here
  sluice top                                                  servers and sessions of what runs here, live
  sluice inspect --follow --errors                            answers that are errors, as they pass

Exit codes: 0 ok, 1 usage, 3 key missing or wrong, 4 not reachable, 5 the tool failed, 130 interrupted`;
