// Receives ENDPOINT_URL
// Node 18 or newer, no packages. Save it as waybell.mjs and start it: node waybell.mjs
// WAYBELL_SECRET is the secret of the webhook, whsec_…; PORT is where to listen.
//~ v2 v3
// WAYBELL_EMAIL, the signing email of the account, is only for the weaker check below and may be left out.
//~ v4
// WAYBELL_ACCOUNT_SECRET, the webhook secret of the account, is only for the weaker check below and may be left out.
//~
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';

const toleranceSeconds = 300;
const secret = process.env.WAYBELL_SECRET ?? '';
if (!/^whsec_./.test(secret)) throw new Error('Set WAYBELL_SECRET to the secret of the webhook.');

/** The strong check: it covers the id, the time and every byte of the body. */
function isGenuine(headers, body) {
  const id = headers['webhook-id'] ?? '';
  const time = headers['webhook-timestamp'] ?? '';
  if (id === '' || !/^[0-9]{1,15}$/.test(time)) return false;
  if (Math.abs(Date.now() / 1000 - Number(time)) > toleranceSeconds) return false;
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const expected = `v1,${createHmac('sha256', key).update(`${id}.${time}.`).update(body).digest('base64')}`;
  // There are two while a secret is being replaced.
  return (headers['webhook-signature'] ?? '').split(' ').some((offered) => isEqual(offered, expected));
}

//~ v2 v3 v4
/** The weak check, of TrackingMore: it covers the time alone, so by itself it lets any body pass. */
function isTimeSigned(time, signature, key) {
  return isEqual(String(signature), createHmac('sha256', key).update(String(time)).digest('hex'));
}

//~
function isEqual(offered, expected) {
  const [one, other] = [Buffer.from(offered), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}

createServer(async (request, response) => {
  const answer = (status, text) => response.writeHead(status).end(text);
  if (request.method !== 'POST' || request.url?.split('?')[0] !== 'ENDPOINT_PATH') return answer(404, '');
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks); // The bytes as they came, before any JSON parser.
  if (!isGenuine(request.headers, body)) return answer(401, 'not genuine');
  const news = JSON.parse(body.toString());
//~ v2
  const email = process.env.WAYBELL_EMAIL;
  const { timeStr, signature } = news.verifyInfo;
  if (email && !isTimeSigned(timeStr, signature, email)) return answer(401, 'not genuine');
//~ v3
  const email = process.env.WAYBELL_EMAIL;
  const { timestamp, signature } = news.verify;
  if (email && !isTimeSigned(timestamp, signature, email)) return answer(401, 'not genuine');
//~ v4
  const accountSecret = process.env.WAYBELL_ACCOUNT_SECRET;
  const { timestamp, signature } = request.headers;
  if (accountSecret && !isTimeSigned(timestamp, signature, accountSecret)) return answer(401, 'not genuine');
//~
  // Drop what you have handled already (webhook-id) and what is older than you know (waybell-revision),
  // keep the rest, answer, and work with it afterwards.
  console.log(request.headers['webhook-id'], request.headers['waybell-revision'], news.data.tracking_number);
  answer(200, '200');
}).listen(Number(process.env.PORT ?? 3000));
