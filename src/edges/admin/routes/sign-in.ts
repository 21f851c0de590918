/** Signing in and out, and who one is. */
import { z } from 'zod';
import type { Visit } from '../../http/front.ts';
import type { Barred } from '../../http/operators.ts';
import { note } from '../../http/turned.ts';
import { me } from '../contract/overview.ts';
import { cookiesOf, setCookie } from '../cookie.ts';
import { braked, isBraked } from '../door.ts';
import { body, describeRoute, json, newGroup, tellAct } from '../group.ts';
import type { Operator } from '../operators.ts';
import type { AdminPorts } from '../ports.ts';
import { Problem } from '../problem.ts';

const ME = describeRoute({
  method: 'get',
  path: '/me',
  summary: 'Who asks.',
  responses: { 200: { description: 'How one was let in, and for how long.', content: json(me) } },
});

const credentials = z.union([
  z.object({ token: z.string().max(512).meta({ description: 'From the address that `serve` printed.' }) }),
  z.object({ key: z.string().max(512).meta({ description: 'The admin key.' }) }),
]);

type Credentials = z.output<typeof credentials>;

const LOGIN = describeRoute({
  method: 'post',
  path: '/login',
  summary: 'Signs one in: the answer sets a cookie that is good for twelve hours.',
  security: [],
  request: { body: body(credentials) },
  responses: { 200: { description: 'Signed in.', content: json(me) } },
});

const LOGOUT = describeRoute({
  method: 'post',
  path: '/logout',
  summary: 'Signs one out.',
  responses: { 204: { description: 'Signed out, or never signed in.' } },
});

export function signInRoutes({ operators }: AdminPorts) {
  return newGroup()
    .openapi(ME, (c) => c.json(meOf(c.env.visit.caller as Operator), 200))
    .openapi(LOGIN, (c) => {
      const { visit } = c.env;
      const shown = c.req.valid('json');
      // What is not looked at is not used up.
      const isRight = !isBraked(visit, SOMEBODY) && isGood(operators, shown);
      const found = braked(visit, isRight ? SOMEBODY : undefined);
      if (!found || 'word' in found) throw refused(visit, shown, found);
      const { name, operator, seconds } = operators.open();
      tellAct({ visit: { ...visit, caller: operator } }, 'login', '');
      c.header('set-cookie', setCookie(visit.request, visit.front.basePath, name, seconds));
      return c.json(meOf(operator), 200);
    })
    .openapi(LOGOUT, (c) => {
      const { visit } = c.env;
      for (const name of cookiesOf(visit.request)) operators.close(name);
      tellAct(c.env, 'logout', '');
      c.header('set-cookie', setCookie(visit.request, visit.front.basePath, undefined, 0));
      return c.body(null, 204);
    });
}

/** Whoever signs in from an address is one, as far as the brake on guessing knows them. */
const SOMEBODY = { principal: 'operator' };

function isGood(operators: AdminPorts['operators'], shown: Credentials): boolean {
  return 'token' in shown ? operators.byToken(shown.token) : operators.byKey(shown.key) !== undefined;
}

/** Told to the log as any wrong key is: whoever guesses must not fill it. */
function refused(visit: Visit, shown: Credentials, barred: Barred | undefined): Problem {
  const isToken = 'token' in shown;
  const fact = isToken ? 'a token that is not good' : 'the admin key is wrong';
  note(visit, barred?.word ?? 'unauthorized', 'Nobody was signed in.', fact);
  if (barred)
    return new Problem(barred.word, 'Too many wrong keys came from this address.', 'Wait, and try again.');
  return isToken
    ? new Problem('unauthorized', USED, 'Run `sluice console` for a new one.')
    : new Problem('unauthorized', 'The admin key is wrong.', 'It is the one of `admin.key` (ADMIN_KEY).');
}

const USED = 'This address was used before, or its time is over.';

function meOf({ via, until }: Operator) {
  return {
    via: via === 'key' ? via : ('session' as const),
    ...(until === undefined ? {} : { expiresAt: until }),
  };
}
