/** The document that describes the admin API: its routes as they describe themselves, and which of them are of one node. */
import { nodeQuery } from './contract/nodes.ts';
import type { newGroup } from './group.ts';
import { isOfNode } from './which-node.ts';

const { description } = nodeQuery.shape.node.meta() ?? {};
const NODE = { schema: { type: 'string' as const }, required: false, name: 'node', in: 'query' as const };

export function documentOf(app: ReturnType<typeof newGroup>, version: string) {
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'Sluice admin API', version },
    // Seen from the document, so that it is right behind any prefix.
    servers: [{ url: '../..' }],
  });
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    if (!isOfNode(path)) continue;
    for (const operation of [item.get, item.post, item.delete])
      if (operation)
        operation.parameters = [...(operation.parameters ?? []), { ...NODE, description: description ?? '' }];
  }
  return document;
}
