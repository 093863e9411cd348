"""
Clearcut's house; a module imports only from the lines below its own.

main | worker | errands | authorizer | sweeper | local | cli
                                 entries: Lambda's HTTP, jobs and their errands, key check, clean-up;
                                 uvicorn; command line
bootstrap                        the only place where things are made and joined
settings | api                   settings: the only reader of the environment; api: the only web code
services | telemetry             use cases | logger, metrics
dialects | pipeline | inference | stores | fetch
ports                            Protocols, and the errors that they may raise
domain                           values: request, image, result, errors, limits, money
"""
