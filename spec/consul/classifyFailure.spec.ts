import { classifyFailure, type FailureContext } from '../../lib/consul/http/failures.js';
import { keyRule, sessionRule } from '../../lib/consul/http/acl.js';

const creation: FailureContext = { what: 'PUT /v1/session/create', rule: sessionRule };
const transaction: FailureContext = {
  what: 'PUT /v1/txn',
  rule: keyRule('locks/reports', 'write'),
  sessionId: 'f00d',
};

const failure = (status: number, body: string, context = creation) =>
  classifyFailure({ status, headers: {}, body }, context);

describe('a failure that passes by itself', () => {
  it.each([
    'No cluster leader',
    'rpc error making call: EOF',
    'rpc error making call: rpc error making call: No cluster leader',
    'rpc error getting client: failed to get conn: dial tcp 127.0.0.1:8300: connect: connection refused',
    "rpc error getting client: failed to get conn: rpc error: lead thread didn't get connection",
    'rpc error making call: write tcp 127.0.0.1:1->127.0.0.1:2: write: broken pipe',
    'rpc error making call: node is not the leader',
    'rpc error making call: leadership lost while committing log',
    'words of a version to come',
  ])('is retryable and quoted as a 500: %s', (text) => {
    const error = failure(500, text);
    expect(error).toMatchObject({
      code: 'SERVER_ERROR',
      retryable: true,
      details: { status: 500, text },
    });
    expect(error.message).toContain('PUT /v1/session/create (500)');
    expect(error.message).toContain(text);
    expect(error.message).toContain('servers probably have no leader. Wait for their election');
  });

  it('ends the sentence of an answer once', () => {
    const { message } = failure(500, 'rpc error: no leader. Try again.\n');
    expect(message).toContain(': rpc error: no leader. Try again. Its servers');
  });

  it.each([
    [429, ''],
    [429, 'rate limit exceeded, try again later or against a different server'],
    [429, 'Your IP is issuing too many concurrent connections, please rate limit your calls'],
    [503, ''],
    [503, 'rate limit exceeded for operation that can only be performed by the leader'],
  ])('is retryable as a limit, and says what to raise: %i %s', (status, body) => {
    const error = failure(status, body);
    expect(error).toMatchObject({ code: 'RATE_LIMITED', retryable: true, details: { status } });
    expect(error.message).toMatch(/too many requests .* Raise the agent's limits/);
  });
});

describe('an answer of a gateway', () => {
  const poll: FailureContext = {
    what: 'GET /v1/kv/locks/reports',
    rule: keyRule('locks/reports', 'read'),
    heldBackMs: 47_813,
  };

  it.each([
    [408, ''],
    [502, '<html>Bad\n gateway</html>'],
    [504, 'upstream request timeout'],
    [503, '<html><body><h1>503 Service Unavailable</h1>\nNo server is available.\n</body></html>'],
    [503, 'upstream connect error or disconnect/reset before headers'],
    [403, '<!DOCTYPE html><title>Sign in</title>'],
    [500, '<?xml version="1.0"?><Error/>'],
  ])('is told from one of Consul: %i %s', (status, body) => {
    const error = failure(status, body);
    expect(error).toMatchObject({ code: 'GATEWAY_FAILED', retryable: true, details: { status } });
    expect(error.message).toMatch(/^A gateway answered PUT .* instead of Consul: .* Consul agent/);
  });

  it('is told by its type where it says nothing', () => {
    const headers = { 'content-type': 'text/html; charset=utf-8' };
    const error = classifyFailure({ status: 503, headers, body: '' }, creation);
    expect(error.code).toBe('GATEWAY_FAILED');
  });

  it('names the read timeout to set, where it ended a long poll', () => {
    expect(failure(504, '', poll).message).toBe(
      'A gateway answered GET /v1/kv/locks/reports (504) instead of Consul: (empty answer). ' +
        'Set its read timeout above 48 s, or lower watchWaitMs.',
    );
  });
});

describe('a failure that only other settings mend', () => {
  it.each([
    [500, "Invalid Session TTL '9000000000', must be between [10s=24h0m0s]"],
    [500, "Session TTL '10' invalid: time: missing unit in duration 10"],
    [500, "Invalid Behavior setting 'nope'"],
    [500, "Missing check 'nope' registration"],
    [500, 'Missing node registration'],
    [500, 'rpc error making call: Missing node registration'],
    [500, 'rpc error making call: rpc error making call: Missing node registration'],
    [500, 'No path to datacenter'],
    [400, 'Request decode failed: json: cannot unmarshal number into Go value of type string'],
    [
      400,
      'Bad request: Invalid query parameter: "ns" - Namespaces are a Consul Enterprise feature',
    ],
    [500, 'Namespaces are a Consul Enterprise feature'],
    [413, 'Request body(524289 bytes) too large, max size: 524288 bytes.'],
    [413, 'Transaction contains too many operations (65 > 64)'],
    [404, 'Invalid URL path: not found'],
    [405, 'method PUT not allowed'],
  ])('is not retryable, and quoted: %i %s', (status, text) => {
    const error = failure(status, text);
    expect(error).toMatchObject({
      code: 'REQUEST_REJECTED',
      retryable: false,
      details: { status, text },
    });
    expect(error.message).toContain(text);
    expect(error.message).toContain('Correct the option named here');
  });

  it.each([301, 307])('is not retryable as a redirect: %i', (status) => {
    const error = failure(status, '<a href="/v1/kv/a">Moved Permanently</a>');
    expect(error).toMatchObject({ code: 'REDIRECTED', retryable: false, details: { status } });
    expect(error.message).toContain('Check the address, its path prefix and the key');
  });
});

describe('a failure of the ACL', () => {
  it.each([
    [403, 'Permission denied'],
    [403, 'rpc error making call: Permission denied'],
    [403, ''],
    [500, 'rpc error making call: Permission denied'],
  ])('names the rule that the token lacks: %i %s', (status, body) => {
    const error = failure(status, body);
    expect(error).toMatchObject({
      code: 'PERMISSION_DENIED',
      retryable: false,
      details: { rule: 'session "<node of the agent>" { policy = "write" }' },
    });
    expect(error.message).toContain(
      'lacks the rule session "<node of the agent>" { policy = "write" }. Add the rule to a policy',
    );
  });

  it('names the rule of the key in a transaction', () => {
    const rule = 'key "locks/reports" { policy = "write" }';
    const error = failure(409, 'Permission denied', transaction);
    expect(error).toMatchObject({ code: 'PERMISSION_DENIED', retryable: false, details: { rule } });
    expect(error.message).toContain(rule);
  });

  it.each([
    [403, 'ACL not found'],
    [403, 'rpc error making call: ACL not found'],
    [500, 'rpc error making call: rpc error making call: ACL not found'],
  ])('names the options of the token when Consul does not know it: %i %s', (status, body) => {
    const error = failure(status, body);
    expect(error).toMatchObject({ code: 'TOKEN_UNKNOWN', retryable: false, details: { status } });
    expect(error.message).toMatch(/consul\.token, consul\.tokenFile or CONSUL_HTTP_TOKEN/);
  });
});

describe('a failure of the session', () => {
  it.each([
    [500, 'rpc error making call: invalid session "f00d"'],
    [409, 'invalid session "f00d"'],
  ])('names the session that is lost: %i %s', (status, body) => {
    const error = failure(status, body, transaction);
    expect(error).toMatchObject({ code: 'SESSION_LOST', details: { sessionId: 'f00d' } });
    expect(error.message).toMatch(/knows session f00d.* Create a new session/);
  });

  it('is none where the request has no session', () => {
    expect(failure(500, 'invalid session "f00d"').code).toBe('SERVER_ERROR');
  });
});

it('quotes the beginning of a long answer on one line', () => {
  const { message, details } = failure(500, `  first\n\n second ${'x'.repeat(10_000)}`);
  expect(details).toEqual({
    status: 500,
    text: expect.stringMatching(/^first second x{187}…$/) as unknown,
  });
  expect(message.length).toBeLessThan(400);
});

it('says of an empty answer that it is empty', () => {
  expect(failure(500, '').message).toContain('(500): (empty answer).');
});

describe('a check that Consul does not know', () => {
  const ofCheck = { what: 'PUT /v1/agent/check/pass/c-1', rule: 'none', checkId: 'c-1' };
  const answered = (status: number, body: string, context: FailureContext = ofCheck) =>
    classifyFailure({ status, headers: {}, body }, context);

  it.each([
    [500, 'CheckID "c-1" does not have associated TTL'],
    [500, 'Unknown check "c-1"'],
    [404, 'Unknown check ID "c-1". Ensure that the check ID is passed, not the check name.'],
    [500, "rpc error making call: Missing check 'c-1' registration"],
  ])('is told by its own code: %i %s', (status, body) => {
    const error = answered(status, body);
    expect(error).toMatchObject({
      ...{ code: 'CHECK_UNKNOWN', retryable: false, details: { checkId: 'c-1' } },
    });
    expect(error.message).toMatch(/agent on this node, not a load balancer/);
  });

  it('is a wrong setting where it is one of the user', () => {
    const body = "Missing check 'mine' registration";
    expect(answered(500, body).code).toBe('REQUEST_REJECTED');
    expect(answered(500, body, { what: 'x', rule: 'none' }).code).toBe('REQUEST_REJECTED');
  });

  it('is not meant by a 404 of a proxy', () => {
    expect(answered(404, '404 page not found').code).toBe('REQUEST_REJECTED');
  });

  it('is told from one that is critical, which passes', () => {
    expect(answered(500, "Check 'serfHealth' is in critical state")).toMatchObject({
      ...{ code: 'CHECK_CRITICAL', retryable: true, details: { checkId: 'serfHealth' } },
    });
  });
});
