/** Saying that nobody has what a client asks for. What is hidden is unknown in the same words. */
import type { Kind } from '../catalog/kinds.ts';
import type { Exchange } from '../exchange.ts';

/** Of a name that is given back. */
const LONGEST = 200;

/** MCP, tools and prompts: -32602; resources: -32002. */
export function tellUnknown(kind: Kind, exchange: Exchange, name: string): void {
  const told = name.length > LONGEST ? `${name.slice(0, LONGEST)}…` : name;
  if (kind === 'tools') exchange.fail('unknown_tool', `Unknown tool: ${told}`);
  else if (kind === 'prompts') exchange.fail('unknown_prompt', `Unknown prompt: ${told}`);
  else exchange.fail('unknown_resource', `Resource not found: ${told}`, { uri: told });
}
