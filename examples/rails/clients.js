/** The clients of the application as an MCP server: one tool and one resource, JSON-RPC on standard input and output. */
import { createInterface } from 'node:readline';

const CLIENTS = [
  { id: 1, name: 'Test Client', email: 'test@example.com' },
  { id: 2, name: 'Second Client', email: 'second@example.com' },
];

const GET_CLIENT = {
  name: 'get_client',
  description: 'Finds a client by its e-mail address.',
  inputSchema: { type: 'object', properties: { email: { type: 'string' } }, required: ['email'] },
};
const RESOURCE = { uri: 'rails://clients', name: 'clients', mimeType: 'application/json' };

const METHODS = {
  initialize: ({ protocolVersion }) => ({
    protocolVersion,
    capabilities: { tools: {}, resources: {} },
    serverInfo: { name: 'Rails MCP Server', version: '1.0.0' },
  }),
  ping: () => ({}),
  'tools/list': () => ({ tools: [GET_CLIENT] }),
  'tools/call': ({ name, arguments: { email } = {} }) => {
    if (name !== 'get_client') throw new Error(`Unknown tool: ${name}`);
    const client = CLIENTS.find((each) => each.email === email);
    const text = client ? JSON.stringify(client) : `There is no client with the address ${email}.`;
    return { content: [{ type: 'text', text }], isError: !client };
  },
  'resources/list': () => ({ resources: [RESOURCE] }),
  'resources/templates/list': () => ({ resourceTemplates: [] }),
  'resources/read': ({ uri }) => {
    if (uri !== RESOURCE.uri) throw new Error(`Unknown resource: ${uri}`);
    return { contents: [{ uri, mimeType: RESOURCE.mimeType, text: JSON.stringify(CLIENTS) }] };
  },
};

function answer({ method, params = {} }) {
  const run = Object.hasOwn(METHODS, method) ? METHODS[method] : undefined;
  if (!run) return { error: { code: -32601, message: `Method not found: ${method}` } };
  try {
    return { result: run(params) };
  } catch (error) {
    return { error: { code: -32602, message: error.message } };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line);
  if (message.id === undefined) continue;
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id: message.id, ...answer(message) })}\n`);
}
