/**
 * Target (n): this gateway as a library in front of a Streamable HTTP server; a session upstream for each session.
 * Usage: node gateway-remote.ts <port>
 */
import { createGateway, streamable } from '../../src/node.ts';
import { startUpstream } from './upstream.ts';

const url = `http://127.0.0.1:${await startUpstream()}/mcp`;
const gateway = createGateway({ servers: { echo: streamable({ name: 'echo', url }) } });
await gateway.listen(Number(process.argv[2]), '127.0.0.1');
