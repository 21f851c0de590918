/** Modern servers, as legacy clients see them. */
import { area } from './row.ts';

export const asLegacy = area('ASLEG', 'MCP 2026-07-28, Streamable HTTP, request metadata', [
  [
    'ENCODING',
    'What is no safe value of a header is written in base64, and read back; what is neither is refused.',
  ],
  [
    'ANNOTATIONS',
    '`x-mcp-header` is read where the revision allows it; anywhere else it makes the tool invalid.',
  ],
  ['PARAMS', 'Arguments are said in headers as the schema wants it, and compared with what headers say.'],
]);
