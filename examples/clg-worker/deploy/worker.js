/** Keeps the address of the worker: passes everything on to the gateway, bodies and streams as they come. */
export default {
  async fetch(request, env) {
    const url = new URL(request.url);
    if (env.SSE_ENABLED === 'false' && url.pathname === '/sse') {
      return Response.json({ error: 'Not found' }, { status: 404 });
    }
    const target = new URL(url.pathname + url.search, env.GATEWAY_URL);
    return fetch(new Request(target, request));
  },
};
