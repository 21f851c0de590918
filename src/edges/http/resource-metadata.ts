/**
 * Where tokens for an endpoint are to be had: a document for each, which tells nothing of what there is.
 *
 * Source: RFC 9728 sections 2 and 3; MCP 2026-07-28, authorization server discovery.
 */
import { issuersOf } from '../../access/oauth-options.ts';
import { isPlainPath, WELL_KNOWN } from '../../access/oauth-resource.ts';
import { baseOf } from './base.ts';
import type { Visit } from './front.ts';
import { json, refuse } from './replies.ts';

export function resourceMetadata({ front, request, responder }: Visit): void {
  const { oauth, basePath } = front;
  const asked = request.path.slice(WELL_KNOWN.length);
  if (!oauth || !isPlainPath(asked)) return refuse(responder, 'not_found', 'There is nothing at this path.');
  // A proxy may have left our own path where clients put it: behind the well-known one.
  const path = basePath !== '' && asked.startsWith(`${basePath}/`) ? asked.slice(basePath.length) : asked;
  const { scopes = [] } = oauth;
  json(
    responder,
    200,
    {
      resource: baseOf(front, request) + (path === '/' ? '' : path),
      authorization_servers: issuersOf(oauth),
      ...(scopes.length === 0 ? {} : { scopes_supported: scopes }),
      bearer_methods_supported: ['header'],
    },
    { 'cache-control': 'public, max-age=300', vary: 'Host, Origin' },
  );
}
