  FROM   alpine:3.20   AS   odd
	RUN	echo   a   b		
   COPY    a    b   /c/   
ENV   A=1    B="two  blanks"   C=3
EXPOSE   80   81/udp   82-84
   LABEL x=y	 z=w
CMD   [  "a"  ,   "b"  ]
