import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lazyPage, sendPage } from 'sandbox-kit/page-bundle';
import {
  BadRequest,
  hostAllowed,
  originAllowed,
  readBody as readBytes,
  sendJson,
  sendText,
} from 'sandbox-kit/requests';
import type { Core } from '../core.ts';
import { isSnowflake } from '../guild/snowflakes.ts';
import { handleCall } from '../rest/handle-call.ts';
import { readBody } from '../rest/read-body.ts';
import { limits } from '../validate/limits.ts';
import { createSandboxRoutes, type SandboxParts } from './sandbox-routes.ts';

/** Above Discord's limit, so that requests over that get Discord's answer. */
const mostBytes = limits.requestBytes + 10_000_000;

/** Answers every HTTP request of the sandbox. */
export const createRequestHandler = (
  parts: SandboxParts & { readonly listenHost: string },
): ((request: IncomingMessage, response: ServerResponse) => void) => {
  const { core, listenHost } = parts;
  const page = lazyPage(join(import.meta.dirname, '..', 'page'));
  const sandboxRoutes = createSandboxRoutes(parts);

  const route = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (!hostAllowed(request, listenHost)) {
      sendText(response, 403, 'text/plain', 'Open this page as http://localhost or http://127.0.0.1.\n');
      return;
    }
    const url = new URL(request.url ?? '/', core.baseUrl());
    const [, area = '', , name = ''] = url.pathname.split('/');
    switch (area) {
      case '':
      case 'page':
        await sendPage(url.pathname, response, page);
        return;
      case 'api':
        await callApi(url, request, response, core);
        return;
      case 'attachments':
        sendFile(name, response, core);
        return;
      case 'sandbox':
        if (originAllowed(request)) await sandboxRoutes(request, response, url);
        else sendText(response, 403, 'text/plain', 'Only the sandbox’s own page may do this.\n');
        return;
      default:
        sendText(response, 404, 'text/plain', 'There is nothing at this address.\n');
    }
  };

  return (request, response) => {
    route(request, response).catch((error: unknown) => {
      const status = error instanceof BadRequest ? 400 : 500;
      if (response.headersSent) response.destroy();
      else
        sendJson(response, status, {
          message: error instanceof Error ? error.message : String(error),
          code: 0,
        });
    });
  };
};

const VERSIONS = /^\/api\/v(9|10)(?=\/)/;

const callApi = async (
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
  core: Core,
): Promise<void> => {
  if (!VERSIONS.test(url.pathname)) {
    sendJson(response, 400, { message: 'Invalid API version', code: 50_041 });
    return;
  }
  const bytes = await readBytes(request, mostBytes);
  const answer = await handleCall(
    {
      method: request.method ?? 'GET',
      path: url.pathname.replace(VERSIONS, ''),
      query: url.searchParams,
      authorization: request.headers.authorization,
      body: () => readBody(request.headers['content-type'] ?? '', bytes),
    },
    core,
  );
  if (answer.delayMs > 0) await sleep(answer.delayMs);
  if (answer.cut === true) request.socket.destroy();
  else if (answer.text !== undefined)
    sendText(
      response,
      answer.status,
      answer.headers['content-type'] ?? 'text/plain',
      answer.text,
      answer.headers,
    );
  else if (answer.body === undefined) response.writeHead(answer.status, answer.headers).end();
  else sendJson(response, answer.status, answer.body, answer.headers);
};

const sendFile = (id: string, response: ServerResponse, core: Core): void => {
  const file = isSnowflake(id) ? core.guild.storage.attachment(id) : undefined;
  if (file === undefined) {
    sendText(response, 404, 'text/plain', 'This content is no longer available.\n');
    return;
  }
  const how = file.contentType.startsWith('image/') ? 'inline' : 'attachment';
  sendText(response, 200, file.contentType, file.bytes, {
    'cache-control': 'private, max-age=31536000, immutable',
    'content-disposition': `${how}; filename="${file.filename}"`,
  });
};
