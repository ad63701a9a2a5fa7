export { type Connected, type ConnectOptions, connectOrEmbed } from "./connect.ts";
