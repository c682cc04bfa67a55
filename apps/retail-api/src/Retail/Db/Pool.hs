{-# LANGUAGE CPP #-}

-- | The one thing that resource-pool's versions do differently.
module Retail.Db.Pool (makePool) where

import Data.Pool (Pool)
import Data.Pool qualified as Pool

-- | Of so many at most, which are given up after a minute of idleness.
makePool :: IO a -> (a -> IO ()) -> Int -> IO (Pool a)
#if MIN_VERSION_resource_pool(0,3,0)
makePool make end size = Pool.newPool (Pool.setNumStripes (Just 1) (Pool.defaultPoolConfig make end 60 size))
#else
makePool make end = Pool.createPool make end 1 60
#endif
