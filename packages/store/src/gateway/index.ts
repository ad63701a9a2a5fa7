export { type GatewaySourceOptions, gatewaySource } from "./client.ts";
export { type Gateway, type GatewayOptions, startGateway } from "./server.ts";
