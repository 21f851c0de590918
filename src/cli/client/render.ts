/** Results of tools as text. */
import { harmless, type Io } from '../io.ts';

interface Result {
  readonly content?: unknown;
  readonly structuredContent?: unknown;
}

/** Every block of a result, one below the other; what is no text is told in one line. */
export function renderResult(result: Result): string {
  const blocks = Array.isArray(result.content) ? result.content : [];
  const lines = blocks.map((block) => renderBlock(block as Record<string, unknown>));
  if (lines.length === 0 && result.structuredContent !== undefined) {
    lines.push(JSON.stringify(result.structuredContent, null, 2));
  }
  return lines.map((line) => `${line}\n`).join('');
}

/** As it is for programs; for a terminal without what could steer it. */
export function show(io: Io, text: string): void {
  io.out(io.outIsTerminal ? harmless(text) : text);
}

function renderBlock(block: Record<string, unknown>): string {
  switch (block['type']) {
    case 'text':
      return String(block['text']);
    case 'image':
    case 'audio':
      return `[${String(block['type'])} ${String(block['mimeType'])}, ${bytesOf(block['data'])} bytes; use --json to get it]`;
    case 'resource_link':
      return `${String(block['uri'])}${block['name'] === undefined ? '' : `  ${String(block['name'])}`}`;
    case 'resource':
      return renderResource(block['resource'] as Record<string, unknown> | undefined);
    default:
      return JSON.stringify(block);
  }
}

function renderResource(resource: Record<string, unknown> | undefined): string {
  if (typeof resource?.['text'] === 'string') return resource['text'];
  const facts = `${String(resource?.['uri'])} ${String(resource?.['mimeType'] ?? '')}`.trim();
  return `[resource ${facts}, ${bytesOf(resource?.['blob'])} bytes; use --json to get it]`;
}

/** The size of what base64 text stands for. */
function bytesOf(base64: unknown): number {
  return typeof base64 === 'string' ? Math.floor((base64.replace(/(?<!=)=+$/, '').length * 3) / 4) : 0;
}
