"""
Work that waits: submitted, done by whoever has its lease, told of, settled.

Nothing is lost and nothing is charged where a process dies between any two steps:

| dies after     | what is left                 | who mends it                                          |
|----------------|------------------------------|-------------------------------------------------------|
| the hold       | a hold                       | it lapses                                             |
| the sources    | a hold, some objects         | both lapse                                            |
| the job        | a job without a message      | the sweep sends the message                           |
| the message    | a job whose caller knows not | it is done; a repeated request ends its hold first    |
| an item        | a lease that runs out        | the message comes again and goes on with the next one |
| the job's end  | a job that is not settled    | the message, or the sweep, settles it                 |
"""
