"""Runs a workflow: plan, scheduler, continuation, stand-ins, outputs, isolation and the worker process."""
