// SPDX-License-Identifier: ISC
//
// Fill.java - args[0]: a broker; args[1] "fill": a compacted topic with all codecs, tombstones, headers, idempotence and
// transactions; "clean": it becomes dirty enough for the cleaner.  args[2], if any: values that compress well, segments by time.
import java.util.*;
import org.apache.kafka.clients.admin.*;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.config.ConfigResource;
public class Fill {
  static Properties p(String b){Properties p=new Properties();p.put("bootstrap.servers",b);p.put("key.serializer","org.apache.kafka.common.serialization.ByteArraySerializer");p.put("value.serializer","org.apache.kafka.common.serialization.ByteArraySerializer");return p;}
  public static void main(String[] a) throws Exception {
    boolean small=a.length>2;
    Random r=new Random(7);
    try(Admin ad=Admin.create(p(a[0]))){
      if(a[1].equals("fill")){
        ad.createTopics(List.of(new NewTopic("c",1,(short)1).configs(Map.of("cleanup.policy","compact","segment.ms",small?"400":"604800000","segment.bytes","1048576","min.cleanable.dirty.ratio","1","delete.retention.ms","86400000","file.delete.delay.ms","1000")))).all().get();
        String[] codecs={"none","gzip","snappy","lz4","zstd"};
        for(int round=0;round<10;round++){
          Properties q=p(a[0]);q.put("compression.type",codecs[round%5]);q.put("linger.ms","5");
          if(round%3==1)q.put("enable.idempotence","false");
          if(round%3==2)q.put("transactional.id","t"+round);
          try(KafkaProducer<byte[],byte[]> pr=new KafkaProducer<>(q)){
            if(round%3==2)pr.initTransactions();
            for(int i=0;i<300;i++){
              if(round%3==2&&i%20==0)pr.beginTransaction();
              byte[] v=new byte[1500];if(small)Arrays.fill(v,(byte)(97+r.nextInt(26)));else r.nextBytes(v);
              byte[] k=("k"+r.nextInt(200)).getBytes();
              ProducerRecord<byte[],byte[]> rec=new ProducerRecord<>("c",0,k,r.nextInt(8)==0?null:v);
              if(i%4==0)rec.headers().add("h",v.length>0?new byte[]{1,2}:null);
              pr.send(rec);
              if(i%30==29)pr.flush();
              if(round%3==2&&i%20==19){if(i%40==19)pr.abortTransaction();else pr.commitTransaction();}
            }
          }
        }
      } else ad.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.TOPIC,"c"),List.of(new AlterConfigOp(new ConfigEntry("min.cleanable.dirty.ratio","0.01"),AlterConfigOp.OpType.SET)))).all().get();
    }
  }
}
