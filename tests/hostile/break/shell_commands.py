# runs shell commands, which is allowed
# cell: last
!echo hello
print(_exit_code)
get_ipython().run_cell_magic('bash', '', 'ls /work /root /home 2>&1; id; env')
