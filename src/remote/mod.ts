/**
 * The control socket: Asterisk's protocol for remote consoles, both sides of it. Only `unix_socket.ts` and
 * `peer_credentials.ts` touch the system.
 *
 * @module
 */
export { executeRemote, MAX_COMMAND_BYTES, RemoteClient } from "./client.ts";
export { type ByteStream, Connection, type ConnectionOptions } from "./connection.ts";
export { type ByteSink, OutputQueue, type QueueEvents, type QueueLimits } from "./output_queue.ts";
export { type Credentials, peerCredentials } from "./peer_credentials.ts";
export {
  BUFFER_BYTES,
  CommandReader,
  encodeVerbose,
  formatGreeting,
  type Identity,
  matchesCommand,
  OutputReader,
  parseGreeting,
  parseMatches,
  QUIT_AFTER,
  type Received,
  STATUS_AFTER,
} from "./protocol.ts";
export { ControlServer, type ControlServerOptions, type StreamListener } from "./server.ts";
export { connectUnix, listenUnix, type SocketAccess, type SocketState, socketState } from "./unix_socket.ts";
