// A certified OIDC provider on loopback, for tests: `node provider.mjs PORT REDIRECT_URI...`. It takes whoever types a name for them.
import { generateKeyPairSync } from 'node:crypto';
import { Provider } from 'oidc-provider';

const [port, ...redirectUris] = process.argv.slice(2);
const PEOPLE = {
  ada: { email: 'Ada@Example.org', email_verified: true, groups: ['flying', 'mesh-platform'], region: ['EU', 'US'] },
  bob: { email: 'bob@example.org', email_verified: false, groups: [], region: 'EU' },
  ivan: { email: 'ivan@example.org', email_verified: false, groups: [] },
  carl: { email: 'carl@example.org', email_verified: true, groups: ['flying'] },
};

function key(kid, kind, options) {
  const { privateKey } = generateKeyPairSync(kind, options);
  return { ...privateKey.export({ format: 'jwk' }), kid, use: 'sig' };
}

function client(id, algorithm, more) {
  return {
    client_id: id,
    redirect_uris: redirectUris,
    grant_types: ['authorization_code'],
    response_types: ['code'],
    id_token_signed_response_alg: algorithm,
    ...more,
  };
}

const provider = new Provider(`http://127.0.0.1:${port}`, {
  jwks: { keys: [key('r', 'rsa', { modulusLength: 2048 }), key('e', 'ec', { namedCurve: 'P-256' }), key('o', 'ed25519', {})] },
  enabledJWA: { idTokenSigningAlgValues: ['RS256', 'PS256', 'ES256', 'Ed25519'] },
  clients: [
    client('weft', 'RS256', { client_secret: 'a secret: with /odd+ characters&%' }),
    client('weft-post', 'PS256', { client_secret: 'another-secret', token_endpoint_auth_method: 'client_secret_post' }),
    client('weft-public', 'ES256', { token_endpoint_auth_method: 'none' }),
    client('weft-edwards', 'Ed25519', { client_secret: 'a-third-secret' }),
  ],
  claims: { openid: ['sub'], email: ['email', 'email_verified'], groups: ['groups'], region: ['region'] },
  scopes: ['openid', 'email', 'groups', 'region'],
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...(PEOPLE[id] ?? { email: `${id}@example.org`, email_verified: true, groups: [] }) }) }),
  pkce: { required: () => true },
  cookies: { keys: ['only for tests'] },
});

provider.listen(Number(port), '127.0.0.1', () => console.log('listening'));
