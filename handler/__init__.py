"""
Clearcut's house; a module imports only from the lines below its own.

main | local | cli               entries: Lambda HTTP, uvicorn, command line
bootstrap                        the only place where things are made and joined
settings | api                   settings: the only reader of the environment; api: the only web code
services | telemetry             use cases | logger, metrics
dialects | pipeline | inference | stores | fetch
ports                            Protocols, and the errors that they may raise
domain                           values: request, image, result, errors, limits, money
"""
