/** An operation as a command for a terminal. */
import { API } from '../http.ts';
import type { Operation } from './openapi.ts';
import { exampleOf } from './schema.ts';

const BASE = '/admin/api/';

/** The key is taken from the environment, so that it stands in no history. */
export function curlOf(operation: Operation, schemas: Readonly<Record<string, unknown>>): string {
  const { method, body } = operation;
  const parts = ['curl'];
  if (method !== 'GET') parts.push(`-X ${method}`);
  parts.push('-H "Authorization: Bearer $ADMIN_KEY"');
  if (body) {
    parts.push(`-H 'Content-Type: application/json'`);
    parts.push(`-d ${quoted(JSON.stringify(exampleOf(body, schemas)))}`);
  }
  parts.push(quoted(addressOf(operation)));
  return parts.join(' ');
}

function addressOf({ path, parameters }: Operation): string {
  const needed = parameters.filter(({ place, isRequired }) => place === 'query' && isRequired);
  const query = needed.map(({ name }) => `${name}={${name}}`).join('&');
  return `${API.href}${belowApi(path)}${query === '' ? '' : `?${query}`}`;
}

/** A path of the document, as it stands below the API. */
export function belowApi(path: string): string {
  return path.startsWith(BASE) ? path.slice(BASE.length) : path.replace(/^\//, '');
}

/** As a shell takes it, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
