"""Who is concerned by what happens, and how they are told.

`telling.tell` is the door; what is posted and mailed is imported only once there is something to send.
"""
